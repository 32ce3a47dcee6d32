package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"kikigaki/internal/interview"
)

// Source is decoded sound: interview.SampleRate samples a second, 16 bit, channels apart. Reads of different channels
// and goroutines may run at once.
type Source interface {
	Channels() int
	Samples() int64 // per channel
	// ReadAt fills dst with samples of one channel from sample number from on. It returns how many there were, and
	// io.EOF when fewer than len(dst).
	ReadAt(channel int, from int64, dst []int16) (n int, err error)
}

// PCM is a Source on disk: interleaved signed 16 bit little-endian samples without a header. It keeps one block of
// 128 KiB a channel in memory, so that small reads in sequence cost no system call each and a recording of hours no
// more memory than one of seconds.
type PCM struct {
	Path     string
	file     *os.File
	channels int
	samples  int64
	blocks   []block
}

// blockSamples is how many samples of one channel a block holds.
const blockSamples = 32 << 10

type block struct {
	mu   sync.Mutex
	from int64
	data []int16
	raw  []byte
}

// OpenPCM opens a file that Decode wrote.
func OpenPCM(path string, channels int) (*PCM, error) {
	if channels < 1 {
		return nil, fmt.Errorf("open pcm: %d channels", channels)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open pcm: %w", withoutPath(err))
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("open pcm: %w", withoutPath(err))
	}
	p := &PCM{Path: path, file: file, channels: channels, samples: info.Size() / int64(2*channels), blocks: make([]block, channels)}
	for i := range p.blocks {
		p.blocks[i].from = -1
	}
	return p, nil
}

// Channels is the number of channels, 1 or 2 after Decode.
func (p *PCM) Channels() int { return p.channels }

// Samples is the length of each channel.
func (p *PCM) Samples() int64 { return p.samples }

// Duration is the length in seconds.
func (p *PCM) Duration() float64 { return float64(p.samples) / interview.SampleRate }

// Close closes the file; it stays on disk.
func (p *PCM) Close() error { return p.file.Close() }

// ReadAt reads samples of one channel; see Source.
func (p *PCM) ReadAt(channel int, from int64, dst []int16) (int, error) {
	if channel < 0 || channel >= p.channels || from < 0 {
		return 0, fmt.Errorf("read pcm: channel %d of %d, sample %d", channel, p.channels, from)
	}
	b := &p.blocks[channel]
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for n < len(dst) && from < p.samples {
		start := from / blockSamples * blockSamples
		if b.from != start {
			if err := p.load(b, channel, start); err != nil {
				b.from = -1
				return n, err
			}
		}
		got := copy(dst[n:], b.data[from-start:])
		n, from = n+got, from+int64(got)
	}
	if n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}

// load reads the block of one channel that begins at sample start.
func (p *PCM) load(b *block, channel int, start int64) error {
	count := int(min(blockSamples, p.samples-start))
	width := 2 * p.channels
	if b.raw == nil {
		b.raw, b.data = make([]byte, blockSamples*width), make([]int16, 0, blockSamples)
	}
	raw := b.raw[:count*width]
	if _, err := p.file.ReadAt(raw, start*int64(width)); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read pcm: %w", withoutPath(err))
	}
	b.data = b.data[:count]
	for i := range b.data {
		b.data[i] = int16(binary.LittleEndian.Uint16(raw[i*width+2*channel:]))
	}
	b.from = start
	return nil
}
