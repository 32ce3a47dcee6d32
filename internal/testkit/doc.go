// Package testkit makes what tests need and the program never does: media files, throw-away servers, stand-ins for paid
// endpoints. Only tests import it.
package testkit
