// Package api is Kikigaki over HTTP: the calls of the contract, sign-in, the event stream, the plain pages and the web
// app's files. routes.go lists every pattern with the action it asks of the rights table; one file per noun holds the
// handlers, which decide nothing by themselves and return errors; problem.go turns an error into an answer, once.
// cmd/kikigaki wires it; nothing else imports it.
package api
