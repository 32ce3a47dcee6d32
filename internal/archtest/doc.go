// Package archtest holds the rules of the house that a compiler does not check: who may import whom, that every package
// says what it is for, that both migration folders match. It is tests only.
package archtest
