package notify

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"kikigaki/internal/interview"
)

// HookVault keeps webhook secrets unreadable in the database: an HMAC key must be had in clear to sign with, so it
// cannot be hashed, and is sealed with AES-256-GCM under a key derived from the installation's secret key. What a
// secret belongs to is bound in: a sealed secret moved to another webhook does not open.
type HookVault struct{ aead cipher.AEAD }

// NewHookVault makes the vault of an installation.
func NewHookVault(secretKey []byte) (*HookVault, error) {
	if len(secretKey) == 0 {
		return nil, errors.New("webhooks: no secret key")
	}
	key, err := hkdf.Key(sha256.New, secretKey, nil, "kikigaki webhook secrets v1", 32)
	if err != nil {
		return nil, fmt.Errorf("webhooks: derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("webhooks: cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("webhooks: cipher: %w", err)
	}
	return &HookVault{aead}, nil
}

const (
	hookSecretPrefix = "whsec_"
	hookSecretBytes  = 32 // Standard Webhooks: 24 to 64
)

// NewHookSecret draws a secret as its owner sees it: whsec_ and the base64 of 256 random bits.
func NewHookSecret() (string, error) {
	b := make([]byte, hookSecretBytes)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("draw webhook secret: %w", err)
	}
	return hookSecretPrefix + base64.StdEncoding.EncodeToString(b), nil
}

// Seal makes a secret of webhook id storable.
func (v *HookVault) Seal(id, secret string) (string, error) {
	nonce := make([]byte, v.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("seal webhook secret: %w", err)
	}
	return "v1:" + base64.RawStdEncoding.EncodeToString(v.aead.Seal(nonce, nonce, []byte(secret), []byte(id))), nil
}

// Open gives a sealed secret back. A secret that was sealed under another key, or for another webhook, is
// webhook_secret_lost: it has to be made anew.
func (v *HookVault) Open(id, sealed string) (string, error) {
	lost := func(why string) (string, error) { return "", interview.E("webhook_secret_lost", errors.New(why)) }
	text, ok := strings.CutPrefix(sealed, "v1:")
	if !ok {
		return lost("it was sealed in a way this program does not know")
	}
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(b) < v.aead.NonceSize() {
		return lost("it is not whole")
	}
	n := v.aead.NonceSize()
	clear, err := v.aead.Open(nil, b[:n], b[n:], []byte(id))
	if err != nil {
		return lost("the installation's secret key has changed")
	}
	return string(clear), nil
}
