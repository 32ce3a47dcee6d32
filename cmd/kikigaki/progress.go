package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long command is, when standard error is a terminal.
type progress struct {
	mu   sync.Mutex
	out  io.Writer // nil: nobody watches
	name string
	bar  *progressbar.ProgressBar
}

func newProgress(st *streams) *progress {
	if !isTerminal(st.err) {
		return &progress{}
	}
	return &progress{out: st.err}
}

// words are the steps as people read them.
var words = map[string][2]string{
	"preparing": {"音声を確かめています", "Listening to the recording"}, "transcribing": {"文字起こし中", "Transcribing"},
	"drafting": {"下書きを作成中", "Drafting"}, "uploading": {"送っています", "Uploading"},
}

// step shows a step; with a total it shows a bar.
func (p *progress) step(name string, done, total int) {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if name != p.name {
		p.clear()
		text := words[name][1]
		if language() == "ja" {
			text = words[name][0]
		}
		limit := int64(-1)
		if total > 0 {
			limit = int64(total)
		}
		p.name = name
		p.bar = progressbar.NewOptions64(limit, progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(text),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(total > 0), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(24))
		_ = p.bar.RenderBlank()
	}
	_ = p.bar.Set(done)
}

// sent shows how many bytes of a file have gone out.
func (p *progress) sent(done, total int64) {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.name != "uploading" {
		p.clear()
		text := words["uploading"][1]
		if language() == "ja" {
			text = words["uploading"][0]
		}
		p.name = "uploading"
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(text), progressbar.OptionShowBytes(true),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(24), progressbar.OptionThrottle(100*time.Millisecond))
	}
	_ = p.bar.Set64(min(done, total))
}

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Finish()
		fmt.Fprint(p.out, "\r\033[K")
		p.bar = nil
	}
}

// end takes the display away.
func (p *progress) end() {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	p.name = ""
}
