// SPDX-License-Identifier: Apache-2.0
/// Calico's resources as values. Component names are the names of the JSON fields.
@NullMarked
package dev.brindle.api.resource;

import org.jspecify.annotations.NullMarked;
