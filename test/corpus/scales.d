// A D program that reads a null pointer below templates, delegates, nested functions and virtual calls.
module scales;

import std.algorithm : map, sum;

interface Scale
{
    int weigh(const(Part)* part);
}

struct Part
{
    const(int)* weight;

    pragma(inline, true) int heavy() const
    {
        return *weight + tare;
    }
}

__gshared int tare;

class Kitchen : Scale
{
    override int weigh(const(Part)* part)
    {
        return part.heavy() - tare;
    }
}

pragma(inline, false) int each(alias key, T)(T[] parts)
{
    int total = 0;

    foreach (ref part; parts)
        total += key(&part);
    return total + tare;
}

pragma(inline, false) int heaviest(Part[] parts, int delegate(const(Part)*) key)
{
    int most(const(Part)* part)
    {
        return key(part) + tare;
    }

    return most(&parts[0]) + 1;
}

int main(string[] arguments)
{
    Part[] parts = new Part[arguments.length + 1];
    Scale scale = new Kitchen;

    if (arguments.length > 1 && arguments[1] == "heaviest")
        return heaviest(parts, part => scale.weigh(part) + 1) + tare;
    if (arguments.length > 1 && arguments[1] == "sum")
        return parts.map!(part => part.heavy()).sum + tare;
    return each!(part => part.heavy() + 1)(parts) + tare;
}
