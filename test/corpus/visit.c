/* The second unit of the C program. */
#include "shapes.h"

static int calls;

static int visit_one(const struct shape *shape, int (*each)(const struct shape *shape, int depth), int depth)
{
        calls++;
        return each(shape, depth) + calls;
}

int shapes_visit(const struct shape *shapes, int count, int (*each)(const struct shape *shape, int depth), int depth)
{
        int sum = 0;

        for (int i = 0; i < count; i++)
                sum += visit_one(&shapes[i], each, depth);
        return sum;
}
