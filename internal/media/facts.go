package media

// Facts is what the first look at a recording showed. Nothing in it is text from the file.
type Facts struct {
	Container    string  `json:"container"`           // wav, mp4, matroska, ogg, mp3, aac, flac, caf
	Codec        string  `json:"codec"`               // ffmpeg's name: aac, opus, pcm_s16le, …
	Claimed      float64 `json:"claimed"`             // seconds the file says it holds; 0 when it says nothing
	Loose        bool    `json:"loose,omitempty"`     // Claimed is that of the whole video: trust it to 10 %
	CutOff       bool    `json:"cut_off,omitempty"`   // the container shows that more was to follow
	SampleRate   int     `json:"sample_rate"`         // Hz, of the chosen stream
	Channels     int     `json:"channels"`            // of the chosen stream
	AudioStreams int     `json:"audio_streams"`       // more than one: the default one was chosen, people are told
	Stream       int     `json:"stream"`              // index of the chosen stream
	Offset       float64 `json:"offset,omitempty"`    // seconds by which the chosen stream starts after the file does
	HasVideo     bool    `json:"has_video"`           // cover pictures do not count
	Subtitles    []int   `json:"subtitles,omitempty"` // indexes of text subtitle streams
	Size         int64   `json:"size"`                // bytes
	BitRate      int     `json:"bit_rate"`            // bit/s of the file as a whole; 0 when unknown
}
