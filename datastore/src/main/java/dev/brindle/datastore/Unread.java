// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.ResourceKey;

/// What a feed does not tell of a resource, because it cannot be read.
///
/// @param key of the resource
/// @param why in words for people: what was left out of it, or that it counts as absent
public record Unread(ResourceKey key, String why) {}
