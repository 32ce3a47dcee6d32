package api

import "kikigaki/internal/interview"

// TranscriptPatch corrects a transcript. Each kind of change may be left out.
type TranscriptPatch struct {
	Segments  []SegmentPatch `json:"segments,omitempty" maxItems:"500"`
	Speakers  []SpeakerPatch `json:"speakers,omitempty" maxItems:"10"`
	SwapRoles bool           `json:"swap_roles,omitempty" doc:"Employee and interviewer change places"`
	OffRecord []OffRange     `json:"off_record,omitempty" maxItems:"50" doc:"Ranges to be removed from recording and text for good"`
	Proposals []OffRange     `json:"proposals,omitempty" maxItems:"50" doc:"Ranges the interviewer proposes to the employee"`
}

// SegmentPatch corrects one segment.
type SegmentPatch struct {
	ID      int     `json:"id" minimum:"0"`
	Text    *string `json:"text,omitempty" maxLength:"20000"`
	Speaker *string `json:"speaker,omitempty" maxLength:"40" doc:"Label of a speaker of this transcript"`
}

// SpeakerPatch says who a voice is.
type SpeakerPatch struct {
	Label string         `json:"label" maxLength:"40"`
	Role  interview.Part `json:"role" enum:"employee,interviewer,other,unknown"`
	Name  *string        `json:"name,omitempty" maxLength:"100"`
}

// OffRange is a range of segments, both ends included.
type OffRange struct {
	From int `json:"from" minimum:"0" doc:"First segment id"`
	To   int `json:"to" minimum:"0" doc:"Last segment id"`
}

type transcriptPatchIn struct {
	OnTalk
	IfMatch
	Body TranscriptPatch
}
