/* Function names for people: what fills a line without telling more is left out. */
#ifndef SYMBOLIZE_NAMES_H
#define SYMBOLIZE_NAMES_H

/* The name, escaped; of a long one template arguments and parameters become "<...>" and "(...)". Static, like escape(). */
const char *names_brief(const char *name);

#endif
