-- Messages are claimed campaign by campaign, so that a campaign of a hundred
-- thousand is not read whole for every eight of them.
CREATE INDEX campaigns_sending ON campaigns (id) WHERE state = 'sending';
DROP INDEX recipients_waiting;
