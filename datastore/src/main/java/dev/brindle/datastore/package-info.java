// SPDX-License-Identifier: Apache-2.0
/// Where resources are kept: the port, and what calls give back.
@NullMarked
package dev.brindle.datastore;

import org.jspecify.annotations.NullMarked;
