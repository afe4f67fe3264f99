// SPDX-License-Identifier: Apache-2.0
/// Resources as text: JSON for stores, YAML and JSON for people. No I/O.
@NullMarked
package dev.brindle.datastore.codec;

import org.jspecify.annotations.NullMarked;
