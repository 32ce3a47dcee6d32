package blob

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

const app = "https://kikigaki.example.com"

func allowOrigin(t *testing.T, b *Bucket, origin string) {
	t.Helper()
	_, err := b.client.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: &b.name, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedOrigins: []string{origin}, AllowedMethods: []string{"GET", "PUT"}, AllowedHeaders: []string{"*"}}}}})
	if err != nil {
		t.Fatal(err)
	}
}

// levels runs the check and returns the level of each line; it fails on a line without words.
func levels(t *testing.T, b *Bucket, opts CheckOptions) map[string]Level {
	t.Helper()
	got := map[string]Level{}
	for _, r := range b.Check(t.Context(), opts) {
		t.Logf("%-17s %-4s %s", r.Name, r.Level, r.Detail)
		if r.Detail == "" {
			t.Errorf("%s says nothing", r.Name)
		}
		if strings.Contains(r.Detail, "X-Amz-Signature") || strings.Contains(r.Detail, b.opts.SecretKey) {
			t.Errorf("%s tells a secret: %s", r.Name, r.Detail)
		}
		got[r.Name] = r.Level
	}
	return got
}

var allOK = map[string]Level{"cut part": OK, "write": OK, "read": OK, "range": OK, "conditional write": OK, "clock": OK, "public URL": OK, "cors": OK, "delete": OK}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		options func(*Options)
		network func(*faulty)
		origin  string
		check   CheckOptions
		differ  map[string]Level
	}{
		{name: "all well", origin: app, check: CheckOptions{Origin: app}},
		{name: "same origin", check: CheckOptions{}},
		{name: "server not running", options: func(o *Options) { o.PublicURL = "http://127.0.0.1:1" }, check: CheckOptions{SkipPublic: true},
			differ: map[string]Level{"cors": ""}},
		{name: "no CORS", check: CheckOptions{Origin: app}, differ: map[string]Level{"cors": Fail}},
		{name: "CORS for another", origin: "https://other.example.com", check: CheckOptions{Origin: app}, differ: map[string]Level{"cors": Fail}},
		{name: "CORS for all", origin: "*", check: CheckOptions{Origin: app}, differ: map[string]Level{"cors": Warn}},
		{name: "public name leads nowhere", options: func(o *Options) { o.PublicURL = "http://127.0.0.1:1" },
			check: CheckOptions{Origin: app}, differ: map[string]Level{"cors": Fail, "public URL": Fail}},
		{name: "store ignores conditions", network: func(f *faulty) {
			f.after = func(r *http.Request, resp *http.Response) (*http.Response, error) {
				if r.Header.Get("If-None-Match") != "" {
					resp.Body.Close()
					resp.StatusCode, resp.Body = http.StatusOK, http.NoBody
				}
				return resp, nil
			}
		}, differ: map[string]Level{"conditional write": Warn}},
		{name: "store lists what was cut off", network: func(f *faulty) { // as versitygw 1.8.0 does by itself; the tests' one is guarded
			f.after = func(r *http.Request, resp *http.Response) (*http.Response, error) {
				if q := r.URL.Query(); r.Method == http.MethodGet && q.Has("uploadId") {
					resp.Body.Close()
					resp.Body = io.NopCloser(strings.NewReader(`<ListPartsResult><Part><PartNumber>1</PartNumber><Size>8388608</Size><ETag>"x"</ETag></Part></ListPartsResult>`))
					resp.ContentLength = -1
				}
				return resp, nil
			}
		}, differ: map[string]Level{"cut part": Warn}},
		{name: "slow clock", options: func(o *Options) { o.Now = func() time.Time { return interview.Now().Add(-time.Minute) } },
			differ: map[string]Level{"clock": Warn}},
		{name: "wrong clock", options: func(o *Options) { o.Now = func() time.Time { return interview.Now().Add(time.Hour) } },
			differ: map[string]Level{"clock": Fail}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			opts := options(testkit.S3(t))
			if tt.options != nil {
				tt.options(&opts)
			}
			if tt.network != nil {
				var net *faulty
				opts, net = through(t, opts)
				tt.network(net)
			}
			b, _ := open(t, opts)
			if tt.origin != "" {
				allowOrigin(t, b, tt.origin)
			}
			got := levels(t, b, tt.check)
			for name, want := range allOK {
				if l, ok := tt.differ[name]; ok {
					want = l
				}
				if got[name] != want {
					t.Errorf("%s: %q, want %q", name, got[name], want)
				}
			}
			b.nothingBelow(t, "")
		})
	}
}

func TestCheckWithoutStore(t *testing.T) {
	t.Parallel()
	s := testkit.S3(t)
	opts := options(s)
	opts.SecretKey = "guess"
	b, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Check(t.Context(), CheckOptions{}); len(got) != 1 || got[0].Level != Fail || got[0].Name != "write" {
		t.Errorf("wrong key: %+v, want one failed write", got)
	}
}
