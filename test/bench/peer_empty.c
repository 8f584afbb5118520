/* A library without anything in it, and what is linked to it: the least that preloading costs. */
