package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kikigaki/internal/interview"
)

// routes is the whole API. Each line: id, pattern, what the caller must be allowed to do, handler. on() asks the rights
// table about the interview in {id} (any of the actions is enough), account() about the caller's roles.
func (s *Server) routes() {
	self, public := account(interview.ActSelf), access{public: true}

	route(s, "interview-list", "GET /v1/interviews", self, s.listInterviews)
	route(s, "interview-search", "POST /v1/interviews/search", self, s.searchInterviews)
	raw(s, "interview-open", "POST /v1/interviews", account(interview.ActOpen), s.openInterview, created, streamed, s.documentOpen)
	route(s, "interview-get", "GET /v1/interviews/{id}", on(interview.ActSee), s.getInterview)
	route(s, "interview-change", "PATCH /v1/interviews/{id}", on(interview.ActChange, interview.ActHandover), s.changeInterview)
	route(s, "interview-erase", "DELETE /v1/interviews/{id}", on(interview.ActErase), s.eraseInterview)
	route(s, "interview-retry", "POST /v1/interviews/{id}/retry", on(interview.ActRetry), s.retryInterview)

	route(s, "consent-get", "GET /v1/interviews/{id}/consent", on(interview.ActSee), s.getConsent)
	route(s, "consent-decide", "PUT /v1/interviews/{id}/consent", on(interview.ActConsent), s.putConsent)
	route(s, "consent-attest", "POST /v1/interviews/{id}/consent/attestation", on(interview.ActAttest), s.attestConsent)

	route(s, "upload-create", "POST /v1/interviews/{id}/uploads", on(interview.ActUpload), s.createUpload, created)
	// These three ask for the right to upload themselves: a lost reply is asked for again when it no longer holds.
	route(s, "upload-get", "GET /v1/interviews/{id}/uploads/{upload}", on(interview.ActSee), s.getUpload)
	route(s, "upload-parts", "POST /v1/interviews/{id}/uploads/{upload}/parts", on(interview.ActUpload), s.presignParts)
	route(s, "upload-complete", "POST /v1/interviews/{id}/uploads/{upload}/complete", on(interview.ActSee), s.completeUpload)
	route(s, "upload-delete", "DELETE /v1/interviews/{id}/uploads/{upload}", on(interview.ActSee), s.deleteUpload)
	raw(s, "recording-put", "PUT /v1/interviews/{id}/recording", on(interview.ActUpload), s.putRecording, streamed, s.documentPutRecording)
	raw(s, "captions-put", "PUT /v1/interviews/{id}/captions", on(interview.ActUpload), s.putCaptions, streamed, s.documentPutCaptions)
	raw(s, "recording-get", "GET /v1/interviews/{id}/recording", on(interview.ActHear), s.getRecording, s.documentGetRecording)
	route(s, "recording-peaks", "GET /v1/interviews/{id}/recording/peaks", on(interview.ActHear), s.getPeaks)

	raw(s, "transcript-get", "GET /v1/interviews/{id}/transcript", on(interview.ActHear), s.getTranscript, s.documentGetTranscript)
	route(s, "transcript-correct", "PATCH /v1/interviews/{id}/transcript", on(interview.ActCorrect, interview.ActOffRecord), s.patchTranscript)

	route(s, "draft-list", "GET /v1/interviews/{id}/drafts", on(interview.ActReadDraft, interview.ActReadRecord), s.listDrafts)
	route(s, "draft-make", "POST /v1/interviews/{id}/drafts", on(interview.ActRedraft, interview.ActWriteByHand), s.makeDraft, accepted)
	route(s, "draft-get", "GET /v1/interviews/{id}/drafts/{n}", on(interview.ActReadDraft, interview.ActReadRecord), s.getDraft)
	route(s, "draft-diff", "GET /v1/interviews/{id}/drafts/{n}/diff", on(interview.ActReadDraft), s.diffDrafts)
	route(s, "draft-edit", "PATCH /v1/interviews/{id}/drafts/{n}", on(interview.ActEdit), s.editDraft)
	route(s, "draft-opened", "PUT /v1/interviews/{id}/drafts/{n}/opened", on(interview.ActDecide), s.markOpened)

	route(s, "comment-list", "GET /v1/interviews/{id}/comments", on(interview.ActReadDraft), s.listComments)
	route(s, "comment-make", "POST /v1/interviews/{id}/comments", on(interview.ActComment), s.makeComment, created)
	route(s, "comment-change", "PATCH /v1/interviews/{id}/comments/{comment}", on(interview.ActComment), s.changeComment)
	route(s, "comment-delete", "DELETE /v1/interviews/{id}/comments/{comment}", on(interview.ActComment), s.deleteComment)
	route(s, "comment-reply", "GET /v1/interviews/{id}/comments/{comment}/reply", on(interview.ActDraftReply), s.draftReply)
	route(s, "draft-revise", "POST /v1/interviews/{id}/revise", on(interview.ActRevise), s.reviseDraft, accepted)
	route(s, "draft-release", "POST /v1/interviews/{id}/release", on(interview.ActRelease), s.releaseDraft)
	route(s, "draft-hand-back", "POST /v1/interviews/{id}/handback", on(interview.ActHandBack), s.handBack)
	route(s, "interview-remind", "POST /v1/interviews/{id}/remind", on(interview.ActRemind), s.remind)
	route(s, "draft-decide", "POST /v1/interviews/{id}/decision", on(interview.ActDecide), s.decideDraft)
	route(s, "record-reopen", "POST /v1/interviews/{id}/reopen", on(interview.ActReopen), s.reopenRecord)
	route(s, "record-reopen-ask", "POST /v1/interviews/{id}/reopen/ask", on(interview.ActAskReopen), s.askReopen, accepted)
	route(s, "record-close", "POST /v1/interviews/{id}/close", on(interview.ActCloseUnconfirmed), s.closeRecord)
	route(s, "record-seal", "GET /v1/interviews/{id}/seal", on(interview.ActReadRecord), s.getSeal)
	raw(s, "record-export", "GET /v1/interviews/{id}/export", on(interview.ActExport), s.exportRecord, s.documentExport)

	route(s, "insights", "GET /v1/interviews/{id}/insights", on(interview.ActHear), s.getInsights)
	route(s, "briefing", "GET /v1/interviews/{id}/briefing", on(interview.ActBriefing), s.getBriefing)
	route(s, "sheet-get", "GET /v1/interviews/{id}/sheet", on(interview.ActReadSheet), s.getSheet)
	route(s, "sheet-put", "PUT /v1/interviews/{id}/sheet", on(interview.ActWriteSheet), s.putSheet)
	route(s, "note-list", "GET /v1/interviews/{id}/notes", on(interview.ActReadNote), s.getNotes)
	route(s, "note-put", "PUT /v1/interviews/{id}/notes", on(interview.ActWriteNote), s.putNote)
	route(s, "read-list", "GET /v1/interviews/{id}/reads", on(interview.ActSeeReads), s.listReads)
	route(s, "request-list", "GET /v1/interviews/{id}/requests", on(interview.ActSeeRequests), s.listRequests)
	route(s, "request-make", "POST /v1/interviews/{id}/requests", on(interview.ActRequest), s.makeRequest, created)
	route(s, "request-answer", "PATCH /v1/interviews/{id}/requests/{request}", on(interview.ActAnswerRequest), s.answerRequest)
	route(s, "successor-list", "GET /v1/interviews/{id}/successors", on(interview.ActSuccessors), s.listSuccessors)
	route(s, "successor-add", "PUT /v1/interviews/{id}/successors", on(interview.ActSucceed), s.succeed)
	route(s, "successor-remove", "DELETE /v1/interviews/{id}/successors/{person}", on(interview.ActSucceed), s.takeBackRelease)
	raw(s, "events", "GET /v1/interviews/{id}/events", on(interview.ActSee), s.streamEvents, streamed, s.documentEvents)

	route(s, "request-all", "GET /v1/requests", account(interview.ActAnswerRequest), s.allRequests)
	route(s, "action-list", "GET /v1/actions", self, s.listActions)
	route(s, "action-change", "PATCH /v1/actions/{action}", self, s.changeAction)
	route(s, "template-list", "GET /v1/templates", self, s.listTemplates)
	route(s, "template-get", "GET /v1/templates/{name}", self, s.getTemplate)
	route(s, "template-source", "GET /v1/templates/{name}/source", account(interview.ActOperateRead), s.getTemplateSource)
	route(s, "template-preview", "POST /v1/templates/preview", account(interview.ActOperateRead), s.previewTemplate)
	route(s, "me", "GET /v1/me", self, s.getMe)
	route(s, "me-change", "PATCH /v1/me", self, s.changeMe)
	raw(s, "me-export", "GET /v1/me/export", self, s.exportMe, s.documentExportMe)
	route(s, "user-list", "GET /v1/users", account(interview.ActPeopleRead), s.listUsers)
	route(s, "user-search", "POST /v1/users/search", account(interview.ActPeopleRead), s.searchUsers)
	route(s, "user-make", "POST /v1/users", account(interview.ActPeople), s.makeUser, created)
	route(s, "user-get", "GET /v1/users/{user}", account(interview.ActPeopleRead), s.getUser)
	route(s, "user-change", "PATCH /v1/users/{user}", account(interview.ActPeople), s.changeUser)
	route(s, "stats", "GET /v1/stats", account(interview.ActStatistics), s.getStats)
	route(s, "audit-list", "GET /v1/audit", self, s.listAudit)
	route(s, "token-list", "GET /v1/tokens", self, s.listTokens)
	route(s, "token-make", "POST /v1/tokens", self, s.makeToken, created)
	route(s, "token-revoke", "DELETE /v1/tokens/{token}", self, s.revokeToken)
	route(s, "webhook-list", "GET /v1/webhooks", account(interview.ActOperateRead), s.listWebhooks)
	route(s, "webhook-make", "POST /v1/webhooks", account(interview.ActOperate), s.makeWebhook, created)
	route(s, "webhook-get", "GET /v1/webhooks/{webhook}", account(interview.ActOperateRead), s.getWebhook)
	route(s, "webhook-change", "PATCH /v1/webhooks/{webhook}", account(interview.ActOperate), s.changeWebhook)
	route(s, "webhook-delete", "DELETE /v1/webhooks/{webhook}", account(interview.ActOperate), s.deleteWebhook)
	route(s, "webhook-secret", "POST /v1/webhooks/{webhook}/secret", account(interview.ActOperate), s.changeSecret)
	route(s, "webhook-test", "POST /v1/webhooks/{webhook}/test", account(interview.ActOperate), s.pingWebhook, accepted)
	route(s, "delivery-list", "GET /v1/webhooks/{webhook}/deliveries", account(interview.ActOperateRead), s.listDeliveries)
	route(s, "delivery-again", "POST /v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", account(interview.ActOperate), s.redeliver, accepted)

	route(s, "sign-in-ways", "GET /auth", public, s.signInWays)
	page(s, "GET /auth/dev", public, s.devPage)
	page(s, "POST /auth/dev", public, s.devSignIn)
	page(s, "POST /auth/link", public, s.askLink)
	page(s, "GET /auth/link", public, s.linkPage)
	page(s, "POST /auth/link/use", public, s.useLink)
	page(s, "GET /auth/oidc", public, s.startOIDC)
	page(s, "GET /auth/oidc/callback", public, s.finishOIDC)
	page(s, "POST /auth/out", public, s.signOut)

	page(s, "GET /plain/{$}", self, s.plainList)
	page(s, "GET /plain/signin", public, s.plainSignIn)
	page(s, "GET /plain/interviews/{id}", on(interview.ActSee), s.plainInterview)
	page(s, "GET /plain/style.css", public, s.plainStyle)
	page(s, "GET /healthz", public, s.healthz)
	page(s, "GET /readyz", public, s.readyz)
	page(s, "GET /openapi.json", public, s.openAPIDocument)
	page(s, "GET /", public, s.webApp)
	if s.Proxy != nil { // the embedded bucket for browsers: presigned requests alone, judged by their signature
		for _, method := range []string{"GET", "PUT", "OPTIONS"} {
			proxied(s, method+" /"+s.Bucket.Name()+"/", s.Proxy)
		}
	}
}

func created(op *huma.Operation)  { op.DefaultStatus = http.StatusCreated }
func accepted(op *huma.Operation) { op.DefaultStatus = http.StatusAccepted }

// streamed marks an operation whose body or answer has no length to keep in memory: no idempotent replay, no read
// deadline but that of the transfer itself.
func streamed(op *huma.Operation) { op.BodyReadTimeout = -1 }
