package api

import (
	"context"
	"net/http"

	"kikigaki/internal/interview"
)

// Peaks is the outline of a recording for drawing.
type Peaks struct {
	PerSecond float64 `json:"per_second"`
	Seconds   float64 `json:"seconds"`
	Min       []int8  `json:"min" doc:"-128 to 127, one a bucket"`
	Max       []int8  `json:"max"`
}

func (s *Server) listInterviews(ctx context.Context, in *listIn) (*Body[Page[Interview]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) searchInterviews(ctx context.Context, in *struct{ Body Search }) (*Body[Page[Interview]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) openInterview(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) getInterview(ctx context.Context, in *OnTalk) (*Tagged[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) changeInterview(ctx context.Context, in *changeIn) (*Tagged[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) eraseInterview(ctx context.Context, in *eraseIn) (*Body[Erased], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) retryInterview(ctx context.Context, in *retryIn) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getConsent(ctx context.Context, in *OnTalk) (*Body[ConsentPage], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) putConsent(ctx context.Context, in *consentIn) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) attestConsent(ctx context.Context, in *attestIn) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) createUpload(ctx context.Context, in *uploadStartIn) (*Body[Upload], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getUpload(ctx context.Context, in *onUpload) (*Body[Upload], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) presignParts(ctx context.Context, in *partsIn) (*Body[PartURLs], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) completeUpload(ctx context.Context, in *onUpload) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) deleteUpload(ctx context.Context, in *onUpload) (*None, error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) putRecording(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) putCaptions(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) getRecording(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) getPeaks(ctx context.Context, in *OnTalk) (*Body[Peaks], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getTranscript(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) patchTranscript(ctx context.Context, in *transcriptPatchIn) (*Tagged[interview.Transcript], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) listDrafts(ctx context.Context, in *OnTalk) (*Body[Page[Version]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) makeDraft(ctx context.Context, in *redraftIn) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getDraft(ctx context.Context, in *OnDraft) (*Tagged[DraftDocument], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) diffDrafts(ctx context.Context, in *diffIn) (*Body[Difference], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) editDraft(ctx context.Context, in *editIn) (*Tagged[DraftDocument], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) markOpened(ctx context.Context, in *openedIn) (*Body[Opened], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) listComments(ctx context.Context, in *commentsIn) (*Body[Page[Comment]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) makeComment(ctx context.Context, in *commentNewIn) (*Body[Comment], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) changeComment(ctx context.Context, in *commentChangeIn) (*Body[Comment], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) deleteComment(ctx context.Context, in *onComment) (*None, error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) reviseDraft(ctx context.Context, in *reviseIn) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) releaseDraft(ctx context.Context, in *releaseIn) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) decideDraft(ctx context.Context, in *choiceIn) (*Body[Verdict], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) reopenRecord(ctx context.Context, in *reopenIn) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) closeRecord(ctx context.Context, in *closeIn) (*Body[Interview], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getSeal(ctx context.Context, in *OnTalk) (*Body[Seal], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) exportRecord(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) getInsights(ctx context.Context, in *OnTalk) (*Body[Insights], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getBriefing(ctx context.Context, in *OnTalk) (*Body[Briefing], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getSheet(ctx context.Context, in *OnTalk) (*Tagged[Sheet], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) putSheet(ctx context.Context, in *sheetIn) (*Tagged[Sheet], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getNotes(ctx context.Context, in *OnTalk) (*Body[Notes], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) putNote(ctx context.Context, in *noteIn) (*Body[Notes], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) listReads(ctx context.Context, in *readsIn) (*Body[Page[Reading]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) listRequests(ctx context.Context, in *OnTalk) (*Body[Page[Request]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) makeRequest(ctx context.Context, in *requestIn) (*Body[Request], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) answerRequest(ctx context.Context, in *answerIn) (*Body[Request], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) listActions(ctx context.Context, in *actionsIn) (*Body[Page[Promise]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) changeAction(ctx context.Context, in *actionChangeIn) (*Body[Promise], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) listTemplates(ctx context.Context, in *struct{}) (*Body[Page[TemplateInfo]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getTemplate(ctx context.Context, in *onTemplate) (*Body[TemplateDoc], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getMe(ctx context.Context, in *struct{}) (*Body[Me], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) changeMe(ctx context.Context, in *meChangeIn) (*Body[Me], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) exportMe(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) listUsers(ctx context.Context, in *usersIn) (*Body[Page[Account]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) searchUsers(ctx context.Context, in *struct{ Body Search }) (*Body[Page[Account]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) makeUser(ctx context.Context, in *struct{ Body UserNew }) (*Tagged[Account], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getUser(ctx context.Context, in *onUser) (*Tagged[Account], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) changeUser(ctx context.Context, in *userChangeIn) (*Tagged[Account], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) inviteUser(ctx context.Context, in *onUser) (*None, error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) getStats(ctx context.Context, in *statsIn) (*Body[Stats], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) listAudit(ctx context.Context, in *auditIn) (*Body[Page[Entry]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) listTokens(ctx context.Context, in *tokensIn) (*Body[Page[Token]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) makeToken(ctx context.Context, in *tokenNewIn) (*Body[TokenMade], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) revokeToken(ctx context.Context, in *onToken) (*None, error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) listWebhooks(ctx context.Context, in *struct{}) (*Body[Page[Webhook]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) makeWebhook(ctx context.Context, in *webhookNewIn) (*Body[Webhook], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) changeWebhook(ctx context.Context, in *webhookChangeIn) (*Body[Webhook], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) deleteWebhook(ctx context.Context, in *onWebhook) (*None, error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) signInWays(ctx context.Context, in *struct{}) (*Body[Ways], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) devPage(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) devSignIn(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) askLink(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) linkPage(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) useLink(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) startOIDC(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) finishOIDC(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) plainList(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) plainSignIn(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) plainInterview(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) plainStyle(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}

func (s *Server) webApp(w http.ResponseWriter, r *http.Request) error {
	return interview.E("not_built", nil)
}
