// SPDX-License-Identifier: Apache-2.0
/// Which addresses the node has in the cluster, and why.
@NullMarked
package dev.brindle.node.address;

import org.jspecify.annotations.NullMarked;
