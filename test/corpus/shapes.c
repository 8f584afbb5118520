/* A C program that reads a null pointer below inlined, recursive and static functions and calls through pointers. */
#include "shapes.h"

#include <stdlib.h>
#include <string.h>

static volatile int total;

static int measure_all(const struct shape *shape, int from)
{
        int around = shape_around(shape, from);

        total += around;
        return around + 1;
}

__attribute__((noinline)) static int descend(const struct shape *shape, int depth)
{
        if (depth > 0)
                return descend(shape, depth - 1) + total;
        return shape->measure(shape, depth) + 1;
}

static int each_shape(const struct shape *shape, int depth)
{
        return shape->sides ? descend(shape, depth) + 1 : 0;
}

static int by_sides(const void *left, const void *right)
{
        const struct shape *a = left, *b = right;

        return shape_side(a, 0) - shape_side(b, 0) + total;
}

__attribute__((noinline)) int shapes_sort(struct shape *shapes, int count)
{
        qsort(shapes, (size_t)count, sizeof(*shapes), by_sides);
        return shapes[0].sides + 1;
}

int main(int argc, char **argv)
{
        struct shape shapes[3] = {{0, NULL, measure_all}, {3, NULL, measure_all}, {4, NULL, measure_all}};
        int result = 0;

        if (argc > 1 && !strcmp(argv[1], "sort"))
                result = shapes_sort(shapes, 3);
        else
                result = shapes_visit(shapes, 3, each_shape, 2);
        return result + total;
}
