// SPDX-License-Identifier: Apache-2.0
/// Private keys in the forms that people have them in.
@NullMarked
package dev.brindle.datastore.key;

import org.jspecify.annotations.NullMarked;
