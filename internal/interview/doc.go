// Package interview is the domain: the nouns of a career interview, its states and moves, who may do what, and the
// errors people can meet. Every other package speaks in these types. It depends on the standard library alone, so
// that a rule can be read, tested and trusted without a database, a queue or a model in sight.
package interview
