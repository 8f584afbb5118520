// Ends by an exception that nobody catches: std::terminate, then abort.
#include <stdexcept>

static void thrower()
{
        throw std::runtime_error("nobody catches this");
}

int main()
{
        thrower();
}
