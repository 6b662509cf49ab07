"""What the pages of visits show: plain values, between what is read and what is drawn."""
