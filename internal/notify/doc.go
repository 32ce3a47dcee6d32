// Package notify tells people by mail that something waits for them. A mail holds dates, the names of the two people and
// a plain link that asks for a sign-in: nothing of the talk. The worker sends notices with it, the API the sign-in mail;
// both hand it plain values.
package notify
