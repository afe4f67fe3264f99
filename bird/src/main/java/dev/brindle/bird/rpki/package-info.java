// SPDX-License-Identifier: Apache-2.0
/// RPKI origin validation (RFC 6811): what the caches say, how they say it (RFC 8210, RFC 6810),
/// and which routes it concerns. Pure.
@NullMarked
package dev.brindle.bird.rpki;

import org.jspecify.annotations.NullMarked;
