// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// The session afterwards, and what to send on the way there.
public record BfdTransition(BfdSession next, BfdSending sending) {}
