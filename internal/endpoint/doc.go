// Package endpoint is what every call to a paid or self-hosted OpenAI-compatible endpoint has in common: where it is and
// who runs it (Settings), what its models can do (Models), a client that trusts nothing it is answered (Client), the
// class of each failure, and the limits that all workers share (Limiter). Packages speech and drafting call it; doctor
// asks it which models are still offered. It never logs, and no error of it holds a word that was sent or answered.
package endpoint
