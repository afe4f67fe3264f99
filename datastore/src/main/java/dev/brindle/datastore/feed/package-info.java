// SPDX-License-Identifier: Apache-2.0
/// What every store's feed has in common: asking for what is new, and telling a listener.
@NullMarked
package dev.brindle.datastore.feed;

import org.jspecify.annotations.NullMarked;
