// SPDX-License-Identifier: Apache-2.0
/// What the node tells of itself to those who ask by a CalicoNodeStatus.
@NullMarked
package dev.brindle.node.report;

import org.jspecify.annotations.NullMarked;
