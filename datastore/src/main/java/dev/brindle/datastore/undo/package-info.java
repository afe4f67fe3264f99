// SPDX-License-Identifier: Apache-2.0
/// Changes that are undone unless somebody confirms them: the plan lies in the store itself, so
/// whoever reaches the store can carry it out.
@NullMarked
package dev.brindle.datastore.undo;

import org.jspecify.annotations.NullMarked;
