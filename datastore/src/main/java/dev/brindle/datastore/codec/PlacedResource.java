// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import dev.brindle.api.resource.Resource;

/// A resource that a person wrote, and where.
///
/// @param place `line 9`, or `items[2]` where lines are not known; empty for the only one of a text
public record PlacedResource(Resource resource, String place) {}
