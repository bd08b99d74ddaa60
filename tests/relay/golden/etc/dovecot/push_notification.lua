-- Written by chatmail.
-- Tells chatmail-metadata of delivered mail, by setting /private/messagenew of
-- the mailbox; what that wakes is none of Dovecot's business.  A failure is
-- logged, and the mail is delivered all the same.
--
--   plugin { push_notification_driver = lua:file=/etc/dovecot/push_notification.lua }

-- What came in one transaction.
function dovecot_lua_notify_begin_txn(user)
  return { user = user, mailbox = nil }
end

-- Mail from the user is a copy for the user's other devices, which are none
-- the wiser for being woken by it.
function dovecot_lua_notify_event_message_new(txn, event)
  local author = event.from_address or ""
  if author:lower() ~= txn.user.username:lower() then
    txn.mailbox = event.mailbox
  end
end

-- One word, however many messages there were.
function dovecot_lua_notify_end_txn(txn)
  if txn.mailbox == nil then
    return
  end
  local mailbox = txn.user:mailbox(txn.mailbox)
  -- It has to be open, or Dovecot ends itself; nothing else opens one.
  mailbox:sync()
  mailbox:metadata_set("/private/messagenew", "")
  mailbox:free()
end
