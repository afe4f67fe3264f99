// SPDX-License-Identifier: Apache-2.0
/// Real traffic: what pods answer, and who gets an answer.
@NullMarked
package dev.brindle.lab.probe;

import org.jspecify.annotations.NullMarked;
