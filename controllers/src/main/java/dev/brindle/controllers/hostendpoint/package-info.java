// SPDX-License-Identifier: Apache-2.0
/// Host endpoints that are made without being asked for. No I/O.
@NullMarked
package dev.brindle.controllers.hostendpoint;

import org.jspecify.annotations.NullMarked;
