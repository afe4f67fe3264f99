// SPDX-License-Identifier: Apache-2.0
/// Plugs and unplugs pods, asked by the plugin.
@NullMarked
package dev.brindle.cni.server;

import org.jspecify.annotations.NullMarked;
