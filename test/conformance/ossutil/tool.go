//go:build tools

// Package tool keeps the command under test among the requirements in go.mod.
package tool

import _ "github.com/aliyun/ossutil"
