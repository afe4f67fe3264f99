// SPDX-License-Identifier: Apache-2.0
/// What a resource must be like before it may be stored, as functions on values.
@NullMarked
package dev.brindle.api.validation;

import org.jspecify.annotations.NullMarked;
