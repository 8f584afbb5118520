/* What the two units of the C program share. */
#ifndef CORPUS_SHAPES_H
#define CORPUS_SHAPES_H

struct shape {
        int sides;
        const int *lengths;
        int (*measure)(const struct shape *shape, int from);
};

int shapes_visit(const struct shape *shapes, int count, int (*each)(const struct shape *shape, int depth), int depth);

static inline int shape_side(const struct shape *shape, int index)
{
        return shape->lengths[index];
}

static inline int shape_around(const struct shape *shape, int from)
{
        int sum = 0;

        for (int i = from; i < shape->sides; i++)
                sum += shape_side(shape, i);
        return sum;
}

#endif
