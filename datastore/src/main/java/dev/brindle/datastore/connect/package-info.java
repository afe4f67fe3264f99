// SPDX-License-Identifier: Apache-2.0
/// Which store, and where: from the environment or a configuration.
@NullMarked
package dev.brindle.datastore.connect;

import org.jspecify.annotations.NullMarked;
