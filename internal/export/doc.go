// Package export renders a version of a record as a document: docx, pdf, md, txt and json. The API's export call and
// `kikigaki draft --format` use it. All documents are made from one model (Record), so that what one format says the
// others say as well. What a reader may not see must have been taken out of the draft before.
package export
