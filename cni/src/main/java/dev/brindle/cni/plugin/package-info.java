// SPDX-License-Identifier: Apache-2.0
/// The program that kubelet runs, and how it talks to the daemon over a pair of FIFOs. Knows
/// java.base only, so that it starts at once.
@NullMarked
package dev.brindle.cni.plugin;

import org.jspecify.annotations.NullMarked;
