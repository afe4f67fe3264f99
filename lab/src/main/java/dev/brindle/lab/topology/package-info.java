// SPDX-License-Identifier: Apache-2.0
/// What a lab is made of and who should reach whom, as values.
@NullMarked
package dev.brindle.lab.topology;

import org.jspecify.annotations.NullMarked;
