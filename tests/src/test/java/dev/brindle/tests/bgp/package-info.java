// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.tests.bgp;

import org.jspecify.annotations.NullMarked;
