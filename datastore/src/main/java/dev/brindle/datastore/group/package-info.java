// SPDX-License-Identifier: Apache-2.0
/// Doing together what many threads want at the same time.
@NullMarked
package dev.brindle.datastore.group;

import org.jspecify.annotations.NullMarked;
