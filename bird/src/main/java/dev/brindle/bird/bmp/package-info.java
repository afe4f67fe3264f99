// SPDX-License-Identifier: Apache-2.0
/// What we tell a monitoring station about our sessions and routes: BMP version 3 (RFC 7854, RFC
/// 8671, RFC 9069). Pure.
@NullMarked
package dev.brindle.bird.bmp;

import org.jspecify.annotations.NullMarked;
