// SPDX-License-Identifier: Apache-2.0
/// Puts the plugin and its network configuration where kubelet's runtime looks for them.
@NullMarked
package dev.brindle.cni.install;

import org.jspecify.annotations.NullMarked;
