// SPDX-License-Identifier: Apache-2.0
/// A store in one SQLite file, shared by the processes of one machine.
@NullMarked
package dev.brindle.datastore.embedded;

import org.jspecify.annotations.NullMarked;
