package drafting

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/sashabaranov/go-openai"

	"kikigaki/internal/endpoint"
)

// wire stands between the chat library and the endpoint client: the library takes the first JSON value of a body and
// ignores what follows, and has no field for what vLLM needs against white space without end.
type wire struct {
	client        openai.HTTPDoer
	anyWhitespace bool // send disable_any_whitespace
}

// Do sends a request and returns its answer when the body is one JSON value and nothing else.
func (w wire) Do(req *http.Request) (*http.Response, error) {
	if w.anyWhitespace {
		if err := addField(req, "structured_outputs", map[string]bool{"disable_any_whitespace": true}); err != nil {
			return nil, err
		}
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if !json.Valid(body) {
		return nil, endpoint.Unusable(&endpoint.Failure{Status: resp.StatusCode, Reason: "not_one_json_value", RequestID: endpoint.RequestID(resp.Header)})
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func addField(req *http.Request, name string, value any) error {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return fmt.Errorf("decode request: %w", err)
	}
	if fields[name], err = json.Marshal(value); err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	if body, err = json.Marshal(fields); err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	return nil
}
